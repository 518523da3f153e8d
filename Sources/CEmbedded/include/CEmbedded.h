void loam_embedded_stub(void);
