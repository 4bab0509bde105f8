/// The state store in a Consul that somebody already runs.
@NullMarked
package dev.drover.store.consul;

import org.jspecify.annotations.NullMarked;
