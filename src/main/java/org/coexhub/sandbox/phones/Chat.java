package org.coexhub.sandbox.phones;

import java.time.Instant;
import java.util.List;

/**
 * One chat at one moment.
 *
 * @param windowEnds when free-form API sends stop being allowed; null if the customer has not written since onboarding
 * @param phoneOn false while the customer's phone is switched off: messages stay at one tick
 * @param offers false once the customer has stopped promotions of this business
 * @param typing whether the business is shown as typing
 */
public record Chat(
        SimulatedCustomer customer,
        Instant windowEnds,
        boolean windowOpen,
        boolean phoneOn,
        boolean offers,
        boolean typing,
        List<Bubble> bubbles) {}
