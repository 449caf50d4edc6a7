// PhaseSpace
