#!/bin/sh
# The bucket, and a user of the storage who may do nothing but read and write it. It may be run again.
set -eu
until mc --quiet alias set store http://storage:9000 "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD" >/dev/null; do sleep 1; done
mc mb --ignore-existing store/stride-check
mc admin policy create store stride-check /policy.json
mc admin user add store stride "$STORAGE_PASSWORD"
mc admin policy attach store stride-check --user stride || true      # refused if it is attached already
case "$(mc admin policy entities store --user stride)" in *stride-check*) ;; *) exit 1 ;; esac
