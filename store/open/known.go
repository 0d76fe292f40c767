package open

import "blanche/store/bolt"

// Schema is the version of the data folders that this program writes.
const Schema = bolt.Schema
