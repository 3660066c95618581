/**
 * The load benchmark: the hub and the load generator as processes of their own, figures as a table. Started by the Maven
 * profile {@code bench}; its results stand in {@code docs/benchmarks.md}.
 */
package org.coexhub.bench;
