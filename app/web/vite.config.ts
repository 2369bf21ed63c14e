import { existsSync, readdirSync } from "node:fs";
import { defineConfig } from "vite";

// Every folder of src with a main.ts is a page (app/web/pages.py has its address).
const pages = readdirSync(new URL("src", import.meta.url))
  .map((folder) => [folder, `src/${folder}/main.ts`] as const)
  .filter(([, entry]) => existsSync(new URL(entry, import.meta.url)));

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
    rollupOptions: { input: Object.fromEntries(pages) },
  },
});
