package bolt

const childEnv = "BLANCHE_STORE_CHILD"

func child() {}
