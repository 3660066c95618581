/**
 * Loads the route files in the order that loses nothing: error handling, destinations, sources of commands, sending,
 * and last the journal's readers. May know the catalogue of destinations.
 */
package org.coexhub.routes;
