package bolt

const noSyncEnv = "BLANCHE_STORE_NOSYNC"
