@NullMarked
package dev.drover.torture.client;

import org.jspecify.annotations.NullMarked;
