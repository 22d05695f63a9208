/** Files as Drover reads and writes them: strict JSON in, whole files or none out. */
package drover.engine.io;
