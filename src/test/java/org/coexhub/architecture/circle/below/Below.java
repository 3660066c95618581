package org.coexhub.architecture.circle.below;

import org.coexhub.architecture.circle.Above;

/** The other half. */
public final class Below {
    Above other;
}
