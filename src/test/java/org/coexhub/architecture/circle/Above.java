package org.coexhub.architecture.circle;

import org.coexhub.architecture.circle.below.Below;

/** Half of a circle that the test of circles has to see. */
public final class Above {
    Below other;
}
