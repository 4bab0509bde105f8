/// What every client did, and when: written as it happens, read when it is over.
@NullMarked
package dev.drover.torture.history;

import org.jspecify.annotations.NullMarked;
