/**
 * The catalogue of destinations: what each asks for, which nodes declare it, how it stands, and an operator's orders.
 * Knows filters, circuits, leases, the store and the broker's queues, which it creates; delivers nothing.
 */
package org.coexhub.delivery.catalogue;
