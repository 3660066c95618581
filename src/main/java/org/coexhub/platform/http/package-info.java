/**
 * HTTP in and out. In: the public port, the doors for webhooks, request bodies read without a waiting thread, limits
 * for callers who are not verified yet. Out: the one HTTP client that all connectors use, with a bound in size and
 * time for every answer. Knows the meaning of no path and none of the other systems.
 */
package org.coexhub.platform.http;
