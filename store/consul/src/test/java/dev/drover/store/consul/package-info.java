@NullMarked
package dev.drover.store.consul;

import org.jspecify.annotations.NullMarked;
