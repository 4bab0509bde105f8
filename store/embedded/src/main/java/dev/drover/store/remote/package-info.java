/// The wire by which other processes reach a store: a server for any store, and a client that is
/// one.
@NullMarked
package dev.drover.store.remote;

import org.jspecify.annotations.NullMarked;
