// Package decide answers the question that stands before every start of
// Cassandra: may this volume start now, and with which seeds.
//
// Decide is pure. It knows no file, clock, socket or random number; the
// wiring around it looks, calls Decide, carries out the Action and looks
// again. How the Action is carried out, and in which order, is part of what
// makes rings safe and stands at Action and at each Kind.
//
// Every reason for which a pod may not start is a Condition. The package's
// model test leaves out one after the other and shows what breaks.
package decide
