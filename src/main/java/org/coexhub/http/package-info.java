/**
 * HTTP in and out. In: the ground of the public port, how bodies come in without a thread that waits for them, what is done
 * with those nobody reads, how many threads which callers may take. Out: the one client that all connectors use, with a
 * bound in size and time for every answer. Knows no path's meaning and none of the other systems.
 */
package org.coexhub.http;
