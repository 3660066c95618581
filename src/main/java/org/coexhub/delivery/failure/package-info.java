/**
 * Judges failed deliveries, and holds the circuit that pauses one failing destination. Routes throw {@code
 * DeliveryFailedException} and {@code PartialDeliveryException} where they know better than a status code.
 */
package org.coexhub.delivery.failure;
