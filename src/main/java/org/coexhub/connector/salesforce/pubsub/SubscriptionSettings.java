package org.coexhub.connector.salesforce.pubsub;

import java.time.Duration;
import java.util.Locale;

/**
 * Settings of a subscription: the times that keep it alive, and what to do when its stored position is gone.
 *
 * @param watchdog a stream from which nothing was heard for so long is opened anew; Salesforce sends a sign of life
 *     every four and a half minutes
 * @param onExpired what to do when Salesforce no longer knows the stored position
 * @param lease how long a node that subscribes is taken to be alive after its last sign of it
 */
public record SubscriptionSettings(Duration watchdog, OnExpired onExpired, Duration lease) {

    /** Where to go on after an expired position; what lies before it is reported as possibly missing in any case. */
    public enum OnExpired {
        /** With everything Salesforce still has; what was done already is recognised. */
        EARLIEST,
        /** With what comes from now on. */
        LATEST,
        /** Not at all, until somebody has looked and restarts the hub. */
        STOP;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
