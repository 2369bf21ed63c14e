import { defineConfig } from "vite";

// Relative addresses in the built files, so that the service can stand under any path of a host.
export default defineConfig({
  base: "./",
  worker: { format: "es" },
  css: { preprocessorOptions: { scss: { quietDeps: true } } },
  build: {
    outDir: "static",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    // The page's policy allows images and workers from its own host alone, so nothing is inlined as data.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1600,
    rollupOptions: { input: "src/main.ts" },
  },
});
