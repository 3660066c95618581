/**
 * HTTP to other systems: the one client that all connectors use, with a bound in size and time for every answer. Knows
 * none of those systems, and nothing of the hub.
 */
package org.coexhub.http;
