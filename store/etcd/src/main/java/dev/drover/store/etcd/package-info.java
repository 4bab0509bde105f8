/// The state store in an etcd that somebody already runs.
@NullMarked
package dev.drover.store.etcd;

import org.jspecify.annotations.NullMarked;
