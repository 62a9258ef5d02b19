"""The proportions of the simulated body, as shares of its height."""

THIGH, SHANK, TRUNK = 0.245, 0.246, 0.288
UPPER_ARM, FOREARM = 0.172, 0.157
SHOULDER_BREADTH, HIP_BREADTH = 0.115, 0.052  # half
HEEL_BACK, TOE_AHEAD, ANKLE_UP, SOLE = 0.03, 0.112, 0.04, 0.012
NECK, HEAD = 0.062, 0.115  # both from mid-shoulder: to the base of the skull, and to the middle of the head
