@NullMarked
package dev.drover.store.records;

import org.jspecify.annotations.NullMarked;
