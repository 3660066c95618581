/**
 * Filters of destinations: which events each wants, and the check that a route file names only types and origins that
 * exist. Plain Java on events.
 */
package org.coexhub.delivery.filter;
