@NullMarked
package dev.drover.store.remote;

import org.jspecify.annotations.NullMarked;
