/// Certificates as files: signed by a server, checked anew by whoever holds one.
@NullMarked
package dev.drover.control.certificate;

import org.jspecify.annotations.NullMarked;
