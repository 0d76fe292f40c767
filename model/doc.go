// Package model holds the nouns of blanche and the rules that need no disk,
// no clock and no network: it imports the standard library only, and every
// other room may import it.
//
// The words of the trade are decided here, once, in English and in French:
//
//	contact       contact           a person or a company we may write to
//	order         commande          one purchase; a refund is a negative one
//	campaign      campagne          one message to one audience, measured
//	audience      cible             the people a rule matches
//	holdout       zone blanche      the part of the target left alone at random
//	planned       prévus            the people who are to get the message
//	suppression   opposition        "never write to me again"; wins over all
//	basis         base légale       why the law lets us write to a person
//	ledger        registre d’envoi  who got what, to the last recipient
//	lane          voie              the mailbox provider of a recipient
//	uplift        gain              what the campaign caused, per customer
//	bounce        retour en erreur
//
// Read next: campaign.go for the life of a campaign, ledger.go for the states
// of a recipient, and package store for what is promised to survive.
package model
