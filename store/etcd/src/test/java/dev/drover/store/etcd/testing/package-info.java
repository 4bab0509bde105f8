/// A real etcd in processes of its own, for the tests of all modules.
@NullMarked
package dev.drover.store.etcd.testing;

import org.jspecify.annotations.NullMarked;
