/// Real processes and real faults: what is killed in the middle of a move, and what becomes of it.
@NullMarked
package dev.drover.app.faults;

import org.jspecify.annotations.NullMarked;
