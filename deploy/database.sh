#!/bin/sh
# Run once by PostgreSQL's image on an empty volume: a role that may do nothing but use its own database.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --set "password=$DATABASE_PASSWORD" --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
CREATE ROLE stride LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE stride OWNER stride;
REVOKE ALL ON DATABASE stride FROM PUBLIC;
SQL
