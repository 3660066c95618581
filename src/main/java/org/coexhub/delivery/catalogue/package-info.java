/**
 * The catalogue of destinations: what each asks for, which nodes declare it, how it stands, and an operator's orders.
 * Knows the store and leases; delivers nothing.
 */
package org.coexhub.delivery.catalogue;
