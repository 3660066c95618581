/**
 * Where events go: the {@code destination:} component that a route file starts with, the catalogue of all destinations
 * and their filters, the fan-out into one queue each, the circuit that pauses a failing one, dead letters, and what of
 * the log is sent again.
 * To add a destination no class here is touched: a file in {@code routes/destinations/} is all it takes.
 */
package org.coexhub.destination;
