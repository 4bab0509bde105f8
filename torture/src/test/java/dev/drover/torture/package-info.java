@NullMarked
package dev.drover.torture;

import org.jspecify.annotations.NullMarked;
