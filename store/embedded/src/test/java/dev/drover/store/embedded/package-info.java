@NullMarked
package dev.drover.store.embedded;

import org.jspecify.annotations.NullMarked;
