"""Charts of measures, forces and joint angles."""
