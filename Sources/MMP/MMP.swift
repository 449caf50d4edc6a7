// MMP
