@NullMarked
package dev.drover.store.opensearch;

import org.jspecify.annotations.NullMarked;
