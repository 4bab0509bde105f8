/// What Drover keeps in a store: the keys, and the records as JSON with a checksum.
@NullMarked
package dev.drover.store.records;

import org.jspecify.annotations.NullMarked;
