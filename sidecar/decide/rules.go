package decide

// Rules that are no obstacle of their own but part of how things are judged.
// The model test leaves each of them out, as it does every Condition.
const (
	liveServes      Condition = "rule: only who answers CQL is live"
	liveRingID      Condition = "rule: only an agent of the same ringId is live"
	liveInPlace     Condition = "rule: only an agent of the datacenter that was asked is live"
	freshReading    Condition = "rule: a reading is begun after its look"
	ownAddressLast  Condition = "rule: a member alone lists itself last"
	neverOwnAddress Condition = "rule: nobody else lists itself"
	replacingKept   Condition = "rule: a replacement goes on as it began"
	tiesBroken      Condition = "rule: no two pods have the same place"
	nobodyIsDoubted Condition = "rule: a DNS that gives nobody may hide somebody"
	askersCount     Condition = "rule: who asked a live member counts, whatever the DNS gives"
	askersStay      Condition = "rule: no DNS answer speaks against who has just asked a live member"
	founderOnly     Condition = "rule: only the founder's datacenter goes before every DNS names it"
	everyMember     Condition = "rule: who goes early has asked every member"
	everyWitness    Condition = "rule: who goes early is known to everyone live"
)
