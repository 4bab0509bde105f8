/// What tests of several modules need.
@NullMarked
package dev.drover.store.testing;

import org.jspecify.annotations.NullMarked;
