/**
 * Ground of the public port: how bodies come in without a thread that waits for them, what is done with those nobody
 * reads, how many threads which callers may take, what the container is set to. Knows no path's meaning; uses Tomcat and
 * Spring Boot only.
 */
package org.coexhub.http;
