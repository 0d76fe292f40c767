package model

import "strconv"

// ContactID numbers a contact, densely from 1, for ever: it is the key of the
// record and the position of the contact in columns and bit sets.
type ContactID uint64

func (id ContactID) String() string { return strconv.FormatUint(uint64(id), 10) }

// CampaignID numbers a campaign, densely from 1. People use its name.
type CampaignID uint32

func (id CampaignID) String() string { return strconv.FormatUint(uint64(id), 10) }

// Ordinal is the position of a recipient in the plan of one campaign, from 0.
type Ordinal uint32
