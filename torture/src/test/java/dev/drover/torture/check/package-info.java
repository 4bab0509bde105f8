@NullMarked
package dev.drover.torture.check;

import org.jspecify.annotations.NullMarked;
