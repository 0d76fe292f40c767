package bolt

import (
	"bytes"
	"encoding/binary"
	"encoding/json"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// operator checks that an operator is found under each key.
func (c *checker) operator(tx *bolt.Tx, key, body []byte) error {
	var o model.Operator
	if err := json.Unmarshal(body, &o); err != nil {
		return err
	}
	for _, k := range o.Keys {
		owner, err := keyOwner(tx, k.Fingerprint)
		if err == nil && owner != string(key) {
			err = errIndex
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// operatorKey checks that a key leads to an operator who has it.
func (c *checker) operatorKey(tx *bolt.Tx, key, body []byte) error {
	value := tx.Bucket(bucketOperator).Get(body)
	if value == nil {
		return errIndex
	}
	var o model.Operator
	if openJSON(tableOperator, body, value, &o) != nil {
		return nil // reported with its own record
	}
	for _, k := range o.Keys {
		if k.Fingerprint == string(key) {
			return nil
		}
	}
	return errIndex
}

// auditLine checks that a line is found under what it is about. Whether it is
// what was written then, only the chain tells: see Verify.
func (c *checker) auditLine(tx *bolt.Tx, key, body []byte) error {
	var l model.AuditLine
	if err := decodeLine(&l, body); err != nil {
		return err
	}
	if !bytes.Equal(key, key64(l.Seq)) || tx.Bucket(bucketAuditObject).Get(objectKey(l.Entry.Object, l.Seq)) == nil {
		return errIndex
	}
	return nil
}

func (c *checker) auditDetail(tx *bolt.Tx, key, body []byte) error {
	if _, err := decodeDetail(body); err != nil {
		return err
	}
	if tx.Bucket(bucketAudit).Get(key) == nil {
		return errIndex
	}
	return nil
}

func (c *checker) auditObject(tx *bolt.Tx, key, _ []byte) error {
	if len(key) < 9 {
		return errBroken
	}
	at := key[len(key)-8:]
	value := tx.Bucket(bucketAudit).Get(at)
	if value == nil {
		return errIndex
	}
	l, err := openLine(tx, at, value)
	if err != nil {
		return nil // reported with its own record
	}
	if !bytes.Equal(key, objectKey(l.Entry.Object, binary.BigEndian.Uint64(at))) {
		return errIndex
	}
	return nil
}
