/** Tests of the sandbox's own tools. They use real HTTP on loopback and nothing of the hub. */
package org.coexhub.sandbox;
