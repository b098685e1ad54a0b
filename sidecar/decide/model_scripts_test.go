package decide

func run1(w *world, p int, lag seconds) {
	w.stepInit(p, true, func() seconds { return lag }, lossless)
}

// until lets p go on until its init has decided, and gives what.
func (w *world) decides(p int, lag seconds) Action {
	if !w.pods[p].init.on {
		w.startInit(p)
	}
	for w.pods[p].init.stage == decided {
		w.carryOut(p)
		w.checkOne()
	}
	run1(w, p, lag)
	return w.pods[p].init.action
}

// carries carries the action of p out to its end.
func (w *world) carries(p int) {
	for w.pods[p].init.on && w.pods[p].init.stage == decided {
		w.carryOut(p)
		w.checkOne()
	}
}

// goes lets p go on alone, some seconds at a time.
func (w *world) goes(p, rounds int, d seconds) {
	for range rounds {
		w.tick(d)
		w.onePod(p)
		w.checkOne()
	}
}

func (w *world) rounds(n int, d seconds) {
	for range n {
		w.fairRound(d)
		w.checkOne()
	}
}

// absent keeps pods from being scheduled.
func (w *world) absent(pods ...int) {
	for _, p := range pods {
		w.pods[p].comes = false
		if w.pods[p].exists {
			w.remove(p)
		}
	}
	for g := range w.shape.regions { // nor does any answer hold them
		h := &w.regions[g].history
		for i := range h {
			for _, p := range pods {
				h[i].from[p] = 0
			}
		}
	}
}

// forget makes every agent forget which pod is which member.
func (w *world) forget() {
	for p := range w.pods {
		w.pods[p].vol.known = [maxPods]int{}
	}
}

// lose takes a pod's volume and gives it an empty one.
func (w *world) lose(p int) {
	w.loseVolume(p)
	w.create(p, 0)
}

// foundedAlone forms a ring of pod 0 alone, the others long listed, but not looking.
func foundedAlone(w *world) {
	for p := 1; p < w.shape.pods; p++ {
		w.startInit(p)
	}
	for range 12 {
		w.tick(10)
		w.onePod(0)
	}
	for p := 1; p < w.shape.pods; p++ {
		if w.pods[p].exists {
			w.decides(p, 0)
		}
	}
	w.tick(10)
	for p := 1; p < w.shape.pods; p++ {
		w.pods[p].init.listed = w.now - 60
		w.carries(p)
		w.pods[p].phase, w.pods[p].position = Waiting, Position{}
	}
}

// cutBoth cuts the links between two sets of pods.
func (w *world) cutBoth(p int, others ...int) {
	for _, q := range others {
		w.cutLink(p, q)
		w.cutLink(q, p)
	}
}

// secondRing makes pod p a live member of another ring.
func (w *world) secondRing(p int) {
	w.except = true
	o := &w.pods[p]
	w.hosts++
	w.hostPod[w.hosts], w.jDied[w.hosts] = p, never
	o.vol = volume{data: fullData, host: w.hosts, ring: 2, rack: rackNames[w.rack[p]]}
	o.vol.st = State{Ring: "customers", RingID: "r2", Datacenter: regionNames[w.region[p]], Rack: o.vol.rack, Joined: true, HostID: hostNames[w.hosts], Address: o.addr.ip()}
	o.init = initProcess{}
	o.cass = process{stage: normal, addr: o.addr, host: w.hosts, ring: 2, since: w.now}
	w.announce(p, Normal)
	w.noteJoined(p)
}

// unseen: pod 3 is about to start when its region's DNS fails and pod 1 begins.
func unseen(f dnsFault) func(*world) {
	return func(w *world) {
		w.pods[3].nat = true
		foundedAlone(w)
		w.decides(3, 0)
		w.decides(3, 0)
		w.carryOut(3)
		w.regions[1].fault = f
		w.startInit(1)
		w.pods[1].init.listed = w.now - 60
		w.decides(1, 0)
		w.pods[1].init.listed = w.now - 60
		w.decides(1, 0)
		w.carries(1)
	}
}

// founders forms a ring of those pods that come; where one does not, the
// founding would wait for it, so it is there and empty until then.
func founders(w *world, n int) {
	late := []int{}
	for p := range w.shape.pods {
		if !w.pods[p].comes {
			w.create(p, 0)
			late = append(late, p)
		}
	}
	for range 12 {
		w.tick(10)
		w.onePod(0)
	}
	w.absent(late...)
	w.rounds(40, 10)
}

// formPair makes pods 0 and 2 members, with pods 1 and 3 empty.
func formPair(w *world) {
	for _, p := range []int{1, 3} {
		w.create(p, 0)
	}
	for range 40 {
		w.tick(10)
		for _, p := range []int{0, 2} {
			w.onePod(p)
		}
	}
	for _, p := range []int{1, 3} {
		w.pods[p].comes = true
		w.startInit(p)
	}
	w.tick(1)
}

// early forms a ring of pod 0 alone and lets pod p, new at an address that no
// answer of before holds, get as far as its start. Nobody else looks.
func early(w *world, p int) {
	appears(w, p)
	w.decides(p, 0)
	if a := w.decides(p, 0); a.Kind != Start {
		w.logf("pod %d does not start: %s", p, w.pods[p].reason)
	}
}

// appears forms a ring of pod 0 alone and creates pod p anew, one second ago.
func appears(w *world, p int) {
	foundedAlone(w)
	w.absent(p)
	w.tick(200)
	w.pods[p].comes = true
	w.create(p, 0)
	w.tick(1)
}

// lagging lets p look at answers that are 30 s old, but for the own datacenter's.
func (w *world) lagging(p int) Action {
	if !w.pods[p].init.on {
		w.startInit(p)
	}
	w.carries(p)
	asked := -1
	w.stepInit(p, true, func() seconds {
		if asked++; asked == w.region[p] {
			return 0
		}
		return 30
	}, lossless)
	return w.pods[p].init.action
}

// starts lets p claim and start by such answers, if it would.
func (w *world) starts(p int) {
	for range 3 {
		w.lagging(p)
	}
	w.carries(p)
	w.checkOne()
}
