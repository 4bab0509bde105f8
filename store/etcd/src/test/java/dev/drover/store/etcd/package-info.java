@NullMarked
package dev.drover.store.etcd;

import org.jspecify.annotations.NullMarked;
