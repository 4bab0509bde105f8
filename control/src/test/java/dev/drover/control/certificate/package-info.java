@NullMarked
package dev.drover.control.certificate;

import org.jspecify.annotations.NullMarked;
