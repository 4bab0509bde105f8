@NullMarked
package dev.drover.core.gate;

import org.jspecify.annotations.NullMarked;
