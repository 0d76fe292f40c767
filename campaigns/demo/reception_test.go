package demo

import (
	"fmt"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

func TestOrangeAloneFindsNowAndThenThatThereAreTooManyConnections(t *testing.T) {
	t.Parallel()
	behave := shopOf(t, 1, 200).reception(model.DateOf(end, time.UTC))
	turned := map[string]int{}
	for i := range 2 * orangeRound {
		for _, domain := range []string{"orange.example", "gmail.example", "wanadoo.example"} {
			if behave(fmt.Sprintf("p%d@%s", i, domain), 2) == relay.SlowRcpt {
				turned[domain]++
				if i%orangeRound != orangeTakes {
					t.Errorf("%s turned away after %d", domain, i)
				}
			}
		}
	}
	if len(turned) != 1 || turned["orange.example"] != 2*orangeTurns {
		t.Errorf("turned away: %v", turned)
	}
}
