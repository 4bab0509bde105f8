/// The fleet in one seed: gateways, controllers, the store, homes and clients around the machines
/// of `core`, in virtual time, with one source of chance and no threads. The same seed plays the
/// same run, on any machine.
@NullMarked
package dev.drover.sim;

import org.jspecify.annotations.NullMarked;
